// SPDX-License-Identifier: GPL-2.0
/*
 * A file that an event names: pinned in the handler, named in process context.
 */
#include "file.h"

#include <linux/file.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/shmem_fs.h>
#include <linux/slab.h>

#include "compat.h"
#include "core/message.h"

struct tsp_file *tsp_file_new(struct file *file)
{
	struct tsp_file *new;

	if (!file)
		return NULL;

	new = kzalloc(sizeof(*new), GFP_ATOMIC | __GFP_NOWARN);
	if (!new) {
		fput(file);
		return NULL;
	}
	refcount_set(&new->refs, 1);
	new->file = file;
	return new;
}

struct tsp_file *tsp_file_get(struct tsp_file *file)
{
	if (file)
		refcount_inc(&file->refs);
	return file;
}

void tsp_file_put(struct tsp_file *file)
{
	if (!file || !refcount_dec_and_test(&file->refs))
		return;
	if (file->file)
		fput(file->file);
	kfree(file->path);
	kfree(file);
}

const char *tsp_file_resolve(struct tsp_file *file)
{
	char *buffer, *path;

	if (!file || !file->file)
		return file ? file->path : NULL;

	buffer = kmalloc(PATH_MAX, GFP_KERNEL);
	if (buffer) {
		path = file_path(file->file, buffer, PATH_MAX);
		if (!IS_ERR(path))
			file->path = kstrdup(path, GFP_KERNEL);
		kfree(buffer);
	}
	fput(file->file);
	file->file = NULL;
	return file->path;
}

static bool is_internal(const struct path *path)
{
	return path->mnt->mnt_flags & MNT_INTERNAL;
}

static bool is_memfd(const struct path *path)
{
	return is_internal(path) &&
	       tsp_file_is_memfd_name(path->dentry->d_name.name);
}

const struct inode *tsp_file_inode(const struct file *file)
{
	return d_inode(tsp_compat_user_path(file)->dentry);
}

bool tsp_file_is_memfd(const struct file *file)
{
	return is_memfd(tsp_compat_user_path(file));
}

bool tsp_file_is_anonymous(const struct file *file)
{
	const struct path *path = tsp_compat_user_path(file);

	return is_internal(path) && path->mnt->mnt_sb->s_magic == TMPFS_MAGIC &&
	       !is_memfd(path);
}

u32 tsp_file_region(const struct file *file)
{
	const struct inode *inode = tsp_file_inode(file);

	if (tsp_file_is_memfd(file))
		return TSP_REGION_MEMFD;
	if (!inode->i_nlink)
		return TSP_REGION_DELETED;
	if (inode->i_sb->s_magic == TMPFS_MAGIC)
		return TSP_REGION_TMPFS;
	return TSP_REGION_UNKNOWN;
}

u32 tsp_file_seals(const struct file *file)
{
	struct inode *inode = file_inode(file);

	if (!tsp_file_is_memfd(file) || inode->i_sb->s_magic != TMPFS_MAGIC)
		return 0;
	return READ_ONCE(SHMEM_I(inode)->seals);
}
