// SPDX-License-Identifier: GPL-2.0
/*
 * A file that an event names: pinned in the handler, named in process context.
 */
#include "file.h"

#include <linux/file.h>
#include <linux/mount.h>
#include <linux/slab.h>

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

bool tsp_file_is_memfd(const struct file *file)
{
	const struct dentry *dentry = file->f_path.dentry;

	return file->f_path.mnt->mnt_flags & MNT_INTERNAL &&
	       strstarts(dentry->d_name.name, TSP_MEMFD_PREFIX);
}
