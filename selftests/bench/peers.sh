# SPDX-License-Identifier: GPL-2.0
# The tools that trespass is compared with: how each is put to work on what an
# injector does, and stopped. To be sourced by rounds.
# shellcheck shell=bash disable=SC2034,SC2154 # rounds has and uses the names

peers=/usr/lib/trespass/peers
settle_s=25 # until a tool has read what it reads when it starts

# background CMD...: what it says goes to $work/NAME.out
background() {
	local name=$1
	shift

	"$@" > "$work/$name.out" 2>&1 &
	background=$!
}

end_background() {
	kill -INT "$background"
	wait "$background" || true
}

# The rules that a security team would load: ptrace requests that write or
# attach, and the system calls that make memory executable, files in memory and
# processes.
auditd_program=auditd
auditd_rules() {
	local arch request maps

	printf '%s\n' -D "-b 8192" "--backlog_wait_time 60000" "-f 1"
	for arch in b64 b32; do
		for request in 4 5 6 0x10 0x4206; do
			echo "-a always,exit -F arch=$arch -S ptrace -F a0=$request -k inject"
		done
		maps=mmap
		[ $arch = b64 ] || maps=mmap2
		printf -- "-a always,exit -F arch=$arch -S %s\n" \
			"process_vm_writev -k inject" \
			"memfd_create -k memfd" \
			"$maps -F a2&0x4 -k code" \
			"mprotect -F a2&0x4 -k code" \
			"execve -S execveat -k exec" \
			"fork -S vfork -S clone -S clone3 -k process"
	done
}

auditd_enter() {
	local conf=/etc/audit/auditd.conf

	# the log is in memory here, and must not be rotated nor stop anything
	sed -i 's/^\(max_log_file\) =.*/\1 = 900/; s/^\(.*_action\) =.*/\1 = ignore/' $conf
	mkdir -p /var/log/audit /run/audit
	auditd_rules > "$work/audit.rules"
	auditd
	wait_for pidof auditd
	auditctl -R "$work/audit.rules" > "$work/auditctl.out"
	auditctl -e 1 >> "$work/auditctl.out"
	[ "$(auditctl -l | grep -c '^-a')" -ge 22 ]
}

auditd_leave() {
	local pid

	pid=$(pidof auditd)
	auditctl -D > "$work/auditctl.out"
	auditctl -e 0 >> "$work/auditctl.out"
	kill "$pid"
	wait_for gone "$pid"
	rm -f /var/log/audit/*
}

# The cheapest script that there is: a count for each process.
bpftrace_count_program=bpftrace
bpftrace_count_enter() {
	# shellcheck disable=SC2016 # for bpftrace
	background bpftrace bpftrace -e '
		kprobe:ptrace_attach, kprobe:do_mmap, kprobe:__x64_sys_memfd_create
		{ @[pid, probe] = count(); }
		BEGIN { printf("ready\n"); }'
	wait_for grep -q ready "$work/bpftrace.out"
	sleep $settle_s
}

# A line for each of the system calls that the audit rules watch.
bpftrace_print_program=bpftrace
bpftrace_print_enter() {
	# shellcheck disable=SC2016 # for bpftrace
	background bpftrace bpftrace -e '
		tracepoint:syscalls:sys_enter_ptrace
		/args.request >= 4 && args.request <= 6 ||
		 args.request == 0x10 || args.request == 0x4206/
		{ printf("%d %s ptrace %d %d\n", pid, comm, args.request, args.pid); }
		tracepoint:syscalls:sys_enter_process_vm_writev
		{ printf("%d %s vm_writev %d\n", pid, comm, args.pid); }
		tracepoint:syscalls:sys_enter_memfd_create
		{ printf("%d %s memfd %s\n", pid, comm, str(args.uname)); }
		tracepoint:syscalls:sys_enter_mmap,
		tracepoint:syscalls:sys_enter_mprotect
		/args.prot & 4/
		{ printf("%d %s code %lx\n", pid, comm, args.len); }
		tracepoint:syscalls:sys_enter_execve,
		tracepoint:syscalls:sys_enter_execveat
		{ printf("%d %s exec %s\n", pid, comm, str(args.filename)); }
		tracepoint:syscalls:sys_enter_clone,
		tracepoint:syscalls:sys_enter_clone3,
		tracepoint:syscalls:sys_enter_fork,
		tracepoint:syscalls:sys_enter_vfork
		{ printf("%d %s fork\n", pid, comm); }
		BEGIN { printf("ready\n"); }'
	wait_for grep -q ready "$work/bpftrace.out"
	sleep $settle_s
}

bpftrace_count_leave() { end_background; }
bpftrace_print_leave() { end_background; }

sysdig_program=sysdig
sysdig_filter="evt.type in (ptrace,memfd_create,mmap,mmap2,mprotect,\
process_vm_writev,execve,execveat,clone,clone3,fork,vfork)"

# It goes on in a tree of its own, with its own libraries.
sysdig_enter() {
	local name

	insmod "/lib/modules/$(uname -r)/extra/scap.ko"
	for name in proc dev sys; do
		mkdir -p /opt/sysdig/$name
		mountpoint -q /opt/sysdig/$name ||
			mount --rbind /$name /opt/sysdig/$name
	done
	background sysdig chroot /opt/sysdig /usr/bin/sysdig "$sysdig_filter"
	sleep $settle_s
	# what it does not know it says at once
	kill -0 "$background" || { cat "$work/sysdig.out"; return 1; }
	exec {sink}> "$work/sysdig.out" && exec {sink}>&-
}

sysdig_leave() {
	end_background
	rmmod scap
}
