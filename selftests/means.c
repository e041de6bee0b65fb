// SPDX-License-Identifier: GPL-2.0
/* Rarer means to reach into another process. */
#include "means.h"

#include <linux/filter.h>
#include <linux/perf_event.h>
#include <linux/seccomp.h>
#include <linux/userfaultfd.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096UL

/* Younger than some of the headers. */
#define USER_MODE_ONLY 1

int uffd_register(void *pages, size_t size)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = {
		.range = { (uintptr_t)pages, size },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC);

	/* Newer kernels let users have no more; older ones do not know it. */
	if (fd < 0)
		fd = syscall(SYS_userfaultfd, O_CLOEXEC | USER_MODE_ONLY);
	if (fd < 0 || ioctl(fd, UFFDIO_API, &api) ||
	    ioctl(fd, UFFDIO_REGISTER, &range))
		return -1;
	return fd;
}

int uffd_copy(int fd, void *page)
{
	static char bytes[PAGE];
	struct uffdio_copy copy = {
		.dst = (uintptr_t)page,
		.src = (uintptr_t)bytes,
		.len = PAGE,
	};

	return ioctl(fd, UFFDIO_COPY, &copy);
}

int uprobe_open(pid_t pid, const char *path, uint64_t offset, bool enabled)
{
	FILE *file = fopen("/sys/bus/event_source/devices/uprobe/type", "re");
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.config1 = (uintptr_t)path,
		.config2 = offset,
		.disabled = !enabled,
	};
	unsigned int type;
	bool known = file && fscanf(file, "%u", &type) == 1;

	if (file)
		fclose(file);
	if (!known)
		return -1;
	attr.type = type;
	return syscall(SYS_perf_event_open, &attr, pid, -1, -1,
		       PERF_FLAG_FD_CLOEXEC);
}

int supervised_start(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { sizeof(code) / sizeof(code[0]), code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
		       SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter);
}

int supervise(int listener, int fd)
{
	struct seccomp_notif_resp response = {};
	struct seccomp_notif_addfd add = {};
	struct seccomp_notif call = {};

	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call))
		return -1;
	add.id = call.id;
	add.srcfd = fd;
	if (fd >= 0 && ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &add) < 0)
		return -1;
	response.id = call.id;
	return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}
