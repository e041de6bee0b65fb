// SPDX-License-Identifier: GPL-2.0
/*
 * Classify the mapping that an access touched.
 */
#include "region.h"

#include <linux/mm.h>
#include <linux/sched/task.h>

#include "compat.h"
#include "file.h"

static bool is_vdso(const struct vm_area_struct *vma)
{
	unsigned long vdso = (unsigned long)vma->vm_mm->context.vdso;

	/* Its data pages, if any, lie right below the code. */
	return vdso && (vma->vm_start == vdso || vma->vm_end == vdso);
}

static bool is_heap(const struct vm_area_struct *vma)
{
	const struct mm_struct *mm = vma->vm_mm;

	return vma->vm_start < mm->brk && vma->vm_end > mm->start_brk;
}

static bool is_stack(const struct vm_area_struct *vma)
{
	unsigned long stack = vma->vm_mm->start_stack;

	return vma->vm_start <= stack && vma->vm_end >= stack;
}

static u32 classify_file(const struct vm_area_struct *vma)
{
	if (tsp_file_is_memfd(vma->vm_file))
		return TSP_REGION_MEMFD;
	if (vma->vm_flags & VM_EXEC)
		return TSP_REGION_TEXT;
	if (!(vma->vm_flags & VM_WRITE))
		return TSP_REGION_RODATA;
	return vma->vm_flags & VM_SHARED ? TSP_REGION_SHARED : TSP_REGION_DATA;
}

static u32 classify(const struct vm_area_struct *vma)
{
	if (is_vdso(vma))
		return TSP_REGION_VDSO;
	if (vma->vm_file)
		return classify_file(vma);
	if (vma->vm_flags & VM_EXEC)
		return TSP_REGION_ANONYMOUS_EXEC;
	if (is_heap(vma))
		return TSP_REGION_HEAP;
	return is_stack(vma) ? TSP_REGION_STACK : TSP_REGION_ANONYMOUS;
}

void tsp_region_set_file(struct tsp_access *access, const struct file *file)
{
	const struct inode *inode = file_inode(file);

	access->file_dev = inode->i_sb->s_dev;
	access->file_ino = inode->i_ino;
	access->present |= TSP_PRESENT(TSP_A_ACCESS_FILE_DEV) |
			   TSP_PRESENT(TSP_A_ACCESS_FILE_INO);
}

/* Protection and backing of a mapping. mmap_lock of its address space held. */
static struct file *describe(const struct vm_area_struct *vma,
			     struct tsp_access *access)
{
	access->region = classify(vma);
	access->prot = 0;
	if (vma->vm_flags & VM_READ)
		access->prot |= TSP_PROT_READ;
	if (vma->vm_flags & VM_WRITE)
		access->prot |= TSP_PROT_WRITE;
	if (vma->vm_flags & VM_EXEC)
		access->prot |= TSP_PROT_EXEC;
	access->present |= TSP_PRESENT(TSP_A_ACCESS_PROT);

	if (!vma->vm_file)
		return NULL;
	tsp_region_set_file(access, vma->vm_file);
	return get_file(vma->vm_file);
}

struct file *tsp_region_describe(struct task_struct *target,
				 struct tsp_access *access)
{
	struct vm_area_struct *vma;
	struct file *file = NULL;
	struct mm_struct *mm;

	access->region = TSP_REGION_UNKNOWN;
	if (!target)
		return NULL;

	/* An address space cannot leave its task while that is locked. */
	task_lock(target);
	mm = target->mm;
	if (!mm || !mmap_read_trylock(mm))
		goto unlock_task;

	vma = find_vma(mm, access->address);
	if (vma && vma->vm_start <= access->address)
		file = describe(vma, access);
	else
		access->region = TSP_REGION_UNMAPPED;

	mmap_read_unlock(mm);
unlock_task:
	task_unlock(target);
	return file;
}
