// SPDX-License-Identifier: GPL-2.0
/* One sentence and one errno for everything that fails. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <netlink/errno.h>

#include "error.h"

int tsp_error_set(struct tsp_error *error, int code, const char *format, ...)
{
	va_list args;

	if (!error)
		return code;
	error->code = code;
	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return code;
}

int tsp_error_from_kernel(struct tsp_error *error, int code, const char *advice)
{
	char shown[160];

	if (advice) {
		tsp_text_escape(shown, sizeof(shown), advice, strlen(advice));
		return tsp_error_set(error, code, "the kernel refused: %s (%s)",
				     shown, strerror(-code));
	}
	if (code == -EPERM)
		return tsp_error_set(error, code,
				     "CAP_NET_ADMIN in the initial user "
				     "namespace is needed: run as root");
	return tsp_error_set(error, code, "the kernel refused: %s",
			     strerror(-code));
}

int tsp_error_from_libnl(struct tsp_error *error, int nle)
{
	static const struct {
		int nle, code;
	} codes[] = {
		{ NLE_NOMEM, -ENOBUFS },
		{ NLE_AGAIN, -EAGAIN },
		{ NLE_PERM, -EPERM },
		{ NLE_NOACCESS, -EACCES },
		{ NLE_OBJ_NOTFOUND, -ENOENT },
		{ NLE_INTR, -EINTR },
		{ NLE_BUSY, -EBUSY },
		{ NLE_INVAL, -EINVAL },
		{ NLE_RANGE, -ERANGE },
		{ NLE_AF_NOSUPPORT, -EAFNOSUPPORT },
		{ NLE_MSG_TRUNC, -EBADMSG },
		{ NLE_MSG_OVERFLOW, -EBADMSG },
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].nle == -nle)
			return tsp_error_set(error, codes[i].code,
					     "netlink: %s", nl_geterror(nle));
	return tsp_error_set(error, -EIO, "netlink: %s", nl_geterror(nle));
}
