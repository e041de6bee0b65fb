# SPDX-License-Identifier: GPL-2.0
# How a guest is booted: its initramfs, its machine, and the two ports that
# carry the command's output and the verdict. Every run has a directory of its
# own, $run, so that many guests may be up at the same time.
# shellcheck shell=bash disable=SC2154 # what run sets

# pack_initramfs CMD [ARG...]: the drivers, this run's command and settings,
# and what was built of the checkout.
pack_initramfs() {
	local tree=$run/initramfs
	local bench=$tree/payload/usr/lib/trespass/bench

	mkdir -p "$bench"
	cp "$vm_dir/guest/init" "$tree/"
	cp "$vm_dir"/guest/{main,service,common.sh} "$bench/"
	printf '%s\0' "$@" > "$bench/command"
	printf '%s\n' "with_module=$with_module" "debug=$debug" \
		"share=${share:+1}" "full=$full" > "$bench/settings"
	[ -z "$full" ] || install_services "$tree/payload"
	(cd "$tree" && find . | cpio --quiet -o -H newc) > "$run/settings.cpio"
	cat "$guest/initramfs.cpio" "$run/settings.cpio" \
		"$(build_dir "$suite" "$debug")/payload.cpio" > "$run/initrd"
}

# install_services DIR: for systemd, what "make install", depmod and
# "systemctl enable" do on a host. The kernel's own root, which is the guest's
# too, makes the modules' index, because that takes a minute in the guest.
install_services() {
	local system=$1/etc/systemd/system release

	install -D -m 644 -t "$system" "$vm_dir/guest/trespass-bench.service"
	mkdir "$system/multi-user.target.wants"
	ln -s ../trespass-bench.service /usr/lib/systemd/system/trespassd.service \
		"$system/multi-user.target.wants/"

	release=$(cat "$(suite_root "$suite")/release")
	mkdir -p "$1/usr/lib/modules/$release"
	# shellcheck disable=SC2016 # expanded by the shell inside the root
	in_root "$(suite_root "$suite")/root" \
		"$(build_dir "$suite")/stage/payload:/built" \
		"$1/usr/lib/modules/$release:/out" -- sh -ec '
		cp -r "/built/usr/lib/modules/$1/extra" "/lib/modules/$1/"
		depmod "$1"
		cp "/lib/modules/$1"/modules.* /out/
	' sh "$release" || die "depmod failed"
}

# What only one processor's machine has: its emulator, the machine, the console,
# and options of its kernel. The true algorithm of arm64's pointer authentication
# would cost more than all the rest.
declare -A emulator=([amd64]=qemu-system-x86_64 [arm64]=qemu-system-aarch64)
declare -A machine_of=([amd64]=q35 [arm64]=virt)
declare -A cpu_of=([amd64]=max,la57=off [arm64]=max,pauth-impdef=on)
declare -A options_of=([amd64]="console=ttyS0 no_timer_check"
	[arm64]="console=ttyAMA0")

# Boot, copy the command's output to ours as it comes, and return what qemu
# did. A plain file takes the output, so a slow reader does not stop the guest.
boot() {
	local arch cpu machine clock options system disk ports port tail
	local status=0

	arch=$(arch_of "$suite")
	cpu=${cpu_of[$arch]}
	machine=(-machine "${machine_of[$arch]}" -m "$memory" -nodefaults -no-user-config
		-display none -no-reboot)
	# One thread for both CPUs: with one each, QEMU before 8.1 can go on
	# running a stale translation of kernel text that the other CPU has just
	# patched, and text is patched whenever a probe is armed.
	clock=(-accel "tcg,thread=single" -smp 2)
	options="${options_of[$arch]} loglevel=5 panic=-1
		net.ifnames=0 rcupdate.rcu_cpu_stall_timeout=60"
	# On a busy host the guest may measure its TSC several times too slow, and
	# timeouts expire early. So the kernel watches the TSC, and goes over to a
	# slower clock if need be; where it counts instructions there is no need.
	if [ -n "$icount" ]; then
		clock=(-accel "tcg,thread=single"
			-icount "shift=0,sleep=off" -smp 1)
		# an idle guest's clock races ahead while the disk works
		options+=" tsc=reliable sysctl.kernel.hung_task_timeout_secs=0"
		# Each round of a string instruction counts as one: by bytes,
		# clearing a page would be the greatest part of every fork.
		cpu+=,erms=off,fsrm=off
		# The same addresses and random numbers in every boot.
		options+=" nokaslr norandmaps randomize_kstack_offset=0"
		clock+=(-seed 1)
	fi
	machine+=(-cpu "$cpu")
	system=(-kernel "$kernel" -initrd "$run/initrd" -append "$options")
	disk=(-drive "if=virtio,format=raw,readonly=on,file=$guest/disk.img")
	[ -z "$share" ] || disk+=(-virtfs "local,id=share,mount_tag=share,\
security_model=none,multidevs=remap,path=${share//,/,,}")

	# without ioeventfd a port has taken all data when the guest powers off
	ports=(-serial "file:$run/console"
		-device "virtio-serial-pci,ioeventfd=off")
	for port in output verdict; do
		: > "$run/$port"
		ports+=(-chardev "file,id=$port,path=$run/$port"
			-device "virtserialport,chardev=$port,name=trespass.$port")
	done

	# more than a gigabyte of output is a command run wild
	(ulimit -f $((1024 * 1024)) && exec timeout --kill-after=5 "$timeout" \
		"${emulator[$arch]}" "${machine[@]}" "${clock[@]}" "${system[@]}" \
		"${disk[@]}" "${ports[@]}" < /dev/null > "$run/qemu" 2>&1) &
	qemu=$!
	tail --bytes=+1 --follow --sleep-interval=0.1 --pid=$qemu "$run/output" &
	tail=$!

	# nobody reads on: as in any pipe, that is the end
	wait -n -p first $qemu $tail || status=$?
	if [ "$first" = $tail ]; then
		kill $qemu 2> /dev/null || true
		wait $qemu || true
	fi
	qemu=
	wait $tail || true
	return $status
}
