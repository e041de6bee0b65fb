/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ways to get hold of a tracee and the ways to change it, for the tests of
 * ptrace.
 */
#ifndef _SELFTESTS_TRACER_H
#define _SELFTESTS_TRACER_H

#include "process.h"

/* Requests younger than some of the headers. */
#define GET_SYSCALL_INFO 0x420e
#define SET_SYSCALL_INFO 0x4212

enum take {
	TAKE_ATTACH,  /* PTRACE_ATTACH */
	TAKE_SEIZE,   /* PTRACE_SEIZE */
	TAKE_TRACEME, /* it asks to be traced: start it with --traceme */
	TAKE_FORK,    /* its parent was traced when it was forked */
};

enum change {
	CHANGE_POKETEXT,
	CHANGE_POKEDATA,
	CHANGE_SETREGS,
	CHANGE_SETREGSET,
	CHANGE_POKEUSER,
	CHANGE_SETFPREGS,
	CHANGE_SETFPREGSET,
	CHANGE_SYSCALL, /* PTRACE_SET_SYSCALL_INFO, of the next one */
};

/**
 * take() - trace a victim and stop it
 * @how: in which way
 * @pid: the victim or one of its threads; with TAKE_FORK, its parent, which is
 *   traced too then
 *
 * Return: the tracee, or -1.
 */
pid_t take(enum take how, pid_t pid);

/**
 * change() - change a tracee, to what it was before
 * @how: in which way
 * @tracee: stopped
 * @address: word to write, for the pokes
 *
 * Return: 0, or -1 with errno set.
 */
int change(enum change how, pid_t tracee, unsigned long address);

/**
 * change_lacks() - why a tracee cannot be changed in a way
 * @how: in which way
 *
 * Return: NULL if it can on this processor, else a sentence.
 */
const char *change_lacks(enum change how);

/**
 * look() - read a tracee in every way, and do what a debugger does besides
 * @tracee: stopped
 * @address: word to read
 *
 * Return: 0, or -1 with errno set.
 */
int look(pid_t tracee, unsigned long address);

/**
 * stop_at_call() - let a tracee run until its next system call
 * @tracee: stopped
 *
 * Return: 0, or -1 with errno set.
 */
int stop_at_call(pid_t tracee);

/**
 * resumes_at() - where a tracee goes on
 * @tracee: stopped
 *
 * Return: its instruction pointer.
 */
unsigned long resumes_at(pid_t tracee);

/**
 * release() - detach from a tracee
 * @tracee: stopped
 *
 * Return: 0, or -1 with errno set.
 */
int release(pid_t tracee);

#endif /* _SELFTESTS_TRACER_H */
