// SPDX-License-Identifier: GPL-2.0
/* A shared library that says when it is loaded. */
#include <stdio.h>
#include <unistd.h>

__attribute__((constructor)) static void loaded(void)
{
	printf("PWNED by a library in anonymous memory, process %d\n",
	       getpid());
	fflush(stdout);
}
