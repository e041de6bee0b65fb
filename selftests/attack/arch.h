/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the attack programs must know of the processor: where a register set
 * keeps its instruction pointer, and the few instructions that print a line.
 */
#ifndef _ATTACK_ARCH_H
#define _ATTACK_ARCH_H

#include <stddef.h>
#include <string.h>
#include <sys/reg.h>
#include <sys/user.h>

/*
 * The shellcode: write(1, message, length), return. The message follows it; its
 * length is filled in, and so is a trap in place of the return where wanted.
 */
#if defined(__x86_64__)
#define REGS_IP(regs) ((regs).rip)
#define REGS_SYSCALL(regs) ((regs).orig_rax)
#define USER_IP (RIP * sizeof(long))
#define USER_SYSCALL (ORIG_RAX * sizeof(long))

asm(".pushsection .rodata\n"
    "shellcode:\n"
    "	mov $1, %eax\n"
    "	mov $1, %edi\n"
    "	lea shellcode_end(%rip), %rsi\n"
    "	.byte 0xba\n" /* mov $length, %edx */
    "shellcode_length:\n"
    "	.long 0\n"
    "	syscall\n"
    "shellcode_return:\n"
    "	ret\n"
    "shellcode_end:\n"
    ".popsection\n");

#elif defined(__i386__)
#define REGS_IP(regs) ((regs).eip)
#define REGS_SYSCALL(regs) ((regs).orig_eax)
#define USER_IP (EIP * sizeof(long))
#define USER_SYSCALL (ORIG_EAX * sizeof(long))

asm(".pushsection .rodata\n"
    "shellcode:\n"
    "	push %ebx\n"
    "	mov $4, %eax\n"
    "	mov $1, %ebx\n"
    "	call 1f\n"
    "1:	pop %ecx\n"
    "	add $(shellcode_end - 1b), %ecx\n"
    "	.byte 0xba\n" /* mov $length, %edx */
    "shellcode_length:\n"
    "	.long 0\n"
    "	int $0x80\n"
    "	pop %ebx\n"
    "shellcode_return:\n"
    "	ret\n"
    "shellcode_end:\n"
    ".popsection\n");
#else
#error "no shellcode for this processor yet: add a branch here"
#endif

extern const unsigned char shellcode[], shellcode_length[], shellcode_return[],
	shellcode_end[];

#define SHELLCODE_MAX 192
#define OPCODE_TRAP 0xcc

/**
 * shellcode_build() - make code that prints a message and returns
 * @code: where to put it; at least SHELLCODE_MAX bytes
 * @message: what it prints; cut if it does not fit
 * @trap: end in a breakpoint instead of a return
 *
 * Return: the code's size in bytes, message included.
 */
static inline size_t shellcode_build(unsigned char *code, const char *message,
				     int trap)
{
	size_t size = shellcode_end - shellcode;
	size_t length = strlen(message);

	if (length > SHELLCODE_MAX - size)
		length = SHELLCODE_MAX - size;
	memcpy(code, shellcode, size);
	code[shellcode_length - shellcode] = length;
	if (trap)
		code[shellcode_return - shellcode] = OPCODE_TRAP;
	memcpy(code + size, message, length);
	return size + length;
}

#endif /* _ATTACK_ARCH_H */
