// SPDX-License-Identifier: GPL-2.0
/*
 * Injects code into a running process with one process_vm_writev: the code goes
 * where the process may execute, its address into a function pointer that the
 * process calls.
 *
 *	vm_writev_inject PID CODE-ADDRESS POINTER-ADDRESS
 *
 * victim prints both addresses, as anonymous-exec and as pointer.
 */
#include "arch.h"
#include "common.h"

#include <sys/uio.h>

int main(int argc, char **argv)
{
	unsigned char code[SHELLCODE_MAX];
	unsigned long to_code, to_pointer;
	char message[64];
	ssize_t written;
	size_t size;
	pid_t pid;

	if (argc != 4)
		errx(2, "usage: %s PID CODE-ADDRESS POINTER-ADDRESS", argv[0]);
	pid = parse_number("PID", argv[1]);
	to_code = parse_number("CODE-ADDRESS", argv[2]);
	to_pointer = parse_number("POINTER-ADDRESS", argv[3]);

	pwned_message(sizeof(message), message);
	size = shellcode_build(code, message, 0);

	struct iovec local[] = {
		{ code, size },
		{ &to_code, sizeof(to_code) },
	};
	struct iovec remote[] = {
		{ (void *)to_code, size },
		{ (void *)to_pointer, sizeof(to_code) },
	};

	written = process_vm_writev(pid, local, 2, remote, 2, 0);
	if (written < 0)
		err(1, "process_vm_writev");

	printf("vm_writev_inject pid=%d target=%d address=%#lx count=1 bytes=%zd\n",
	       getpid(), pid, to_code, written);
	return 0;
}
