// SPDX-License-Identifier: GPL-2.0
/* Find the module's generic netlink family. */
#include <errno.h>
#include <string.h>

#include <linux/genetlink.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>

#include "error.h"
#include "request.h"

/**
 * struct lookup - a family to be found
 * @family: filled
 * @group: name of the group whose id is wanted
 */
struct lookup {
	struct tsp_family *family;
	const char *group;
};

static void group(struct lookup *lookup, struct nlattr *entry)
{
	struct nlattr *name = nla_find(nla_data(entry), nla_len(entry),
				       CTRL_ATTR_MCAST_GRP_NAME);
	struct nlattr *id = nla_find(nla_data(entry), nla_len(entry),
				     CTRL_ATTR_MCAST_GRP_ID);

	if (name && id && nla_len(id) == sizeof(uint32_t) &&
	    !nla_strcmp(name, lookup->group))
		lookup->family->group = nla_get_u32(id);
}

static int on_family(void *ctx, struct nlmsghdr *hdr)
{
	struct lookup *lookup = ctx;
	struct nlattr *attr;
	int rest;

	nla_for_each_attr(attr, genlmsg_attrdata(genlmsg_hdr(hdr), 0),
			  genlmsg_attrlen(genlmsg_hdr(hdr), 0), rest) {
		struct nlattr *entry;
		int left;

		switch (nla_type(attr)) {
		case CTRL_ATTR_FAMILY_ID:
			if (nla_len(attr) == sizeof(uint16_t))
				lookup->family->id = nla_get_u16(attr);
			break;
		case CTRL_ATTR_VERSION:
			if (nla_len(attr) == sizeof(uint32_t))
				lookup->family->version = nla_get_u32(attr);
			break;
		case CTRL_ATTR_MCAST_GROUPS:
			nla_for_each_nested(entry, attr, left)
				group(lookup, entry);
			break;
		}
	}
	return 0;
}

static int look_up(struct tsp_family *family, const char *name,
		   const char *group, struct tsp_error *error)
{
	struct lookup lookup = { .family = family, .group = group };
	struct nl_msg *msg =
		tsp_request_new(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, NLM_F_ACK);

	*family = (struct tsp_family){ 0 };
	if (msg)
		nla_put_string(msg, CTRL_ATTR_FAMILY_NAME, name);
	return tsp_request_run(msg, on_family, &lookup, error);
}

int tsp_family_resolve(struct tsp_family *family, struct tsp_error *error)
{
	int err = look_up(family, TSP_FAMILY_NAME, TSP_MCGRP_EVENTS, error);

	if (err == -ENOENT)
		return tsp_error_set(error, err,
				     "the kernel module is not loaded: run "
				     "'modprobe trespass'");
	if (err)
		return err;
	if (family->version != TSP_FAMILY_VERSION)
		return tsp_error_set(error, -EPROTO,
				     "the kernel module speaks version %u of "
				     "its protocol and this program version "
				     "%u: install matching ones",
				     family->version, TSP_FAMILY_VERSION);
	return 0;
}

int tsp_family_notify_group(struct tsp_error *error)
{
	struct tsp_family nlctrl;
	int err = look_up(&nlctrl, "nlctrl", "notify", error);

	return err ? err : (int)nlctrl.group;
}
