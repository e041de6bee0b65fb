// SPDX-License-Identifier: GPL-2.0
/*
 * Classify the mapping that an access touched.
 */
#include "region.h"

#include <linux/mm.h>
#include <linux/processor.h>
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

/*
 * A private mapping is charged when it first becomes writable and stays so.
 * That tells what was sealed after relocation from what never could be written,
 * and a forced write changes nothing about it.
 */
static bool is_relro(const struct vm_area_struct *vma)
{
	return (vma->vm_flags & (VM_ACCOUNT | VM_SHARED)) == VM_ACCOUNT;
}

static u32 classify_file(const struct vm_area_struct *vma)
{
	if (tsp_file_is_memfd(vma->vm_file))
		return TSP_REGION_MEMFD;
	if (vma->vm_flags & VM_EXEC)
		return TSP_REGION_TEXT;
	if (!(vma->vm_flags & VM_WRITE))
		return is_relro(vma) ? TSP_REGION_RELRO : TSP_REGION_RODATA;
	return vma->vm_flags & VM_SHARED ? TSP_REGION_SHARED : TSP_REGION_DATA;
}

static u32 classify(const struct vm_area_struct *vma)
{
	if (is_vdso(vma))
		return TSP_REGION_VDSO;
	if (vma->vm_file && !tsp_file_is_anonymous(vma->vm_file))
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

static u32 protection(const struct vm_area_struct *vma)
{
	u32 prot = 0;

	if (vma->vm_flags & VM_READ)
		prot |= TSP_PROT_READ;
	if (vma->vm_flags & VM_WRITE)
		prot |= TSP_PROT_WRITE;
	if (vma->vm_flags & VM_EXEC)
		prot |= TSP_PROT_EXEC;
	return prot;
}

/* Protection and backing of a mapping. mmap_lock of its address space held. */
static struct file *describe(const struct vm_area_struct *vma,
			     struct tsp_access *access)
{
	access->region = classify(vma);
	access->prot = protection(vma);
	access->present |= TSP_PRESENT(TSP_A_ACCESS_PROT);

	if (!vma->vm_file)
		return NULL;
	tsp_region_set_file(access, vma->vm_file);
	return get_file(vma->vm_file);
}

/* Whoever changes the mappings on another CPU is mostly about to be done. */
#define LOCK_TRIES 128

static bool hold_mappings(struct mm_struct *mm)
{
	int i;

	for (i = 0; i < LOCK_TRIES; i++) {
		if (mmap_read_trylock(mm))
			return true;
		cpu_relax();
	}
	return false;
}

/*
 * Look at the mappings of a task, which are held in place meanwhile. An address
 * space cannot leave its task while that is locked. Returns false if it could
 * not be done without waiting.
 */
static bool look_at(struct task_struct *task,
		    void (*look)(struct mm_struct *mm, void *arg), void *arg)
{
	bool done = false;

	if (!task)
		return false;
	task_lock(task);
	if (task->mm && hold_mappings(task->mm)) {
		look(task->mm, arg);
		mmap_read_unlock(task->mm);
		done = true;
	}
	task_unlock(task);
	return done;
}

/**
 * struct description - of what lies at an address
 * @access: has the address; the rest is filled in
 * @file: the backing file, a counted reference or NULL
 */
struct description {
	struct tsp_access *access;
	struct file *file;
};

static void look_at_address(struct mm_struct *mm, void *arg)
{
	struct description *description = arg;
	struct tsp_access *access = description->access;
	struct vm_area_struct *vma = find_vma(mm, access->address);

	if (vma && vma->vm_start <= access->address)
		description->file = describe(vma, access);
	else
		access->region = TSP_REGION_UNMAPPED;
}

struct file *tsp_region_describe(struct task_struct *target,
				 struct tsp_access *access)
{
	struct description description = { .access = access };

	access->region = TSP_REGION_UNKNOWN;
	look_at(target, look_at_address, &description);
	return description.file;
}

void tsp_region_of(const struct vm_area_struct *vma, struct tsp_where *where)
{
	*where = (struct tsp_where){
		.start = vma->vm_start,
		.end = vma->vm_end,
		.region = classify(vma),
		.prot = protection(vma),
	};
}

static u32 gravity(const struct tsp_where *where)
{
	if (where->region == TSP_REGION_VDSO)
		return 4;
	if (where->prot & TSP_PROT_EXEC)
		return 3;
	if (where->region == TSP_REGION_RELRO)
		return 2;
	return where->end != 0;
}

/* Mappings that one write is followed through, in all its ranges. */
#define FOLLOW_MAX 1024

/* The mappings of one range. Returns how many more may be looked at. */
static u32 find_in_range(struct mm_struct *mm, u64 address, u64 length,
			 struct tsp_observation *obs, u32 more)
{
	u64 at = address, end = address + length;
	struct vm_area_struct *vma;
	struct tsp_where where;

	if (at >= obs->where.start && end <= obs->where.end)
		return more;
	for (; more && at < end; more--) {
		vma = find_vma(mm, at);
		if (!vma || vma->vm_start >= end)
			break;
		tsp_region_of(vma, &where);
		obs->regions |= 1U << where.region;
		if (gravity(&where) > gravity(&obs->where)) {
			obs->where = where;
			obs->address = max_t(u64, address, vma->vm_start);
		}
		at = vma->vm_end;
	}
	return more;
}

/**
 * struct search - for the gravest mapping that a write touched
 * @ranges: what was to be written, or NULL
 * @obs: says where, and is told
 */
struct search {
	const struct iovec *ranges;
	struct tsp_observation *obs;
};

static void look_at_ranges(struct mm_struct *mm, void *arg)
{
	const struct search *search = arg;
	const struct iovec *ranges = search->ranges;
	struct tsp_observation *obs = search->obs;
	u32 i, more = FOLLOW_MAX;

	if (!ranges)
		find_in_range(mm, obs->address, obs->length, obs, more);
	for (i = 0; ranges && i < obs->ranges; i++)
		more = find_in_range(mm, (unsigned long)ranges[i].iov_base,
				     ranges[i].iov_len, obs, more);
	if (!obs->where.end) {
		obs->where.region = TSP_REGION_UNMAPPED;
		obs->regions = 1U << TSP_REGION_UNMAPPED;
	}
}

void tsp_region_find(struct task_struct *target, const struct iovec *ranges,
		     struct tsp_observation *obs)
{
	struct search search = { .ranges = ranges, .obs = obs };

	obs->where = (struct tsp_where){};
	obs->regions = 0;
	if (!look_at(target, look_at_ranges, &search))
		obs->regions = 1U << TSP_REGION_UNKNOWN;
}
