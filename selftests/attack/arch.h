/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What attack programs and tests must know of the processor: where a register
 * set keeps its instruction pointer, how ptrace calls what, and the few
 * instructions that print a line.
 */
#ifndef _ATTACK_ARCH_H
#define _ATTACK_ARCH_H

#include <elf.h>
#include <stddef.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#if __has_include(<sys/reg.h>)
#include <sys/reg.h>
#endif

/*
 * The shellcode: write(1, message, length), return. The message follows it; its
 * length is filled in, and so is a trap in place of the return where wanted.
 */
#if defined(__x86_64__)
#define REGS_IP(regs) ((regs).rip)
#define USER_IP (RIP * sizeof(long))
#define USER_DEBUG offsetof(struct user, u_debugreg[7])
#define HAS_SETREGS 1
#define HAS_UPROBES_32 1 /* in 32-bit processes */
#define FP_REGSET NT_PRFPREG
#define LINKER "/lib64/ld-linux-x86-64.so.2"
#define RETURN_ZERO "xor %eax, %eax\n ret\n"
#define TRAP "\xcc"

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
#define USER_IP (EIP * sizeof(long))
#define USER_DEBUG offsetof(struct user, u_debugreg[7])
#define HAS_SETREGS 1
#define FP_REGSET NT_PRFPREG
#define RETURN_ZERO "xor %eax, %eax\n ret\n"
#define TRAP "\xcc"

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

#elif defined(__aarch64__)
#define REGS_IP(regs) ((regs).pc)
#define FP_REGSET NT_PRFPREG
#define LINKER "/lib/ld-linux-aarch64.so.1"
#define RETURN_ZERO "mov w0, #0\n ret\n"
#define TRAP "\x00\x00\x20\xd4"
#define user_fpregs_struct user_fpsimd_struct
/* There are no such requests here; the kernel refuses the others' numbers. */
#define HAS_SETREGS 0
#define HAS_UPROBES_32 0
#define PTRACE_GETREGS 12
#define PTRACE_SETREGS 13
#define PTRACE_GETFPREGS 14
#define PTRACE_SETFPREGS 15
#define USER_IP offsetof(struct user_regs_struct, pc)

asm(".pushsection .rodata\n"
    "shellcode:\n"
    "	mov x8, #64\n"
    "	mov x0, #1\n"
    "	adr x1, shellcode_end\n"
    "	ldr w2, shellcode_length\n"
    "	svc #0\n"
    "shellcode_return:\n"
    "	ret\n"
    "shellcode_length:\n"
    "	.long 0\n"
    "shellcode_end:\n"
    ".popsection\n");

#elif defined(__arm__) && !defined(__thumb__)
#define REGS_IP(regs) ((regs).uregs[15])
#define USER_IP (15 * sizeof(long))
#define HAS_SETREGS 1
#define FP_REGSET NT_ARM_VFP
#define RETURN_ZERO "mov r0, #0\n bx lr\n"
#define TRAP "\xf0\x01\xf0\xe7"
#define user_regs_struct user_regs
#define user_fpregs_struct user_vfp
/* An arm64 kernel takes those of VFP alone, which are the same. */
#undef PTRACE_GETFPREGS
#undef PTRACE_SETFPREGS
#define PTRACE_GETFPREGS PTRACE_GETVFPREGS
#define PTRACE_SETFPREGS PTRACE_SETVFPREGS

struct user_vfp {
	unsigned long long fpregs[32];
	unsigned long fpscr;
};

asm(".pushsection .rodata\n"
    ".balign 4\n"
    "shellcode:\n"
    "	push {r7, lr}\n"
    "	mov r7, #4\n"
    "	mov r0, #1\n"
    "	adr r1, shellcode_end\n"
    "	ldr r2, shellcode_length\n"
    "	svc #0\n"
    "	pop {r7, lr}\n"
    "shellcode_return:\n"
    "	bx lr\n"
    "shellcode_length:\n"
    "	.long 0\n"
    "shellcode_end:\n"
    ".popsection\n");
#else
#error "no shellcode for this processor yet: add a branch here"
#endif

/*
 * Hidden, so that no GOT is asked: arm64's has one entry for all local names of
 * a section.
 */
#pragma GCC visibility push(hidden)
extern const unsigned char shellcode[], shellcode_length[], shellcode_return[],
	shellcode_end[];
#pragma GCC visibility pop

/**
 * regs_redirect() - make a stopped tracee go on elsewhere
 * @regs: its registers
 * @address: where
 */
static inline void regs_redirect(struct user_regs_struct *regs,
				 unsigned long address)
{
	REGS_IP(*regs) = address;
	/* or an interrupted call would restart; arm notices by itself */
#if defined(__x86_64__)
	regs->orig_rax = -1;
#elif defined(__i386__)
	regs->orig_eax = -1;
#elif defined(__arm__)
	regs->uregs[16] &= ~0x0600fc20; /* it may stand in Thumb code */
#endif
}

#define SHELLCODE_MAX 192
#define TRAP_SIZE (sizeof(TRAP) - 1)

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
		memcpy(code + (shellcode_return - shellcode), TRAP, TRAP_SIZE);
	memcpy(code + size, message, length);
	return size + length;
}

#endif /* _ATTACK_ARCH_H */
