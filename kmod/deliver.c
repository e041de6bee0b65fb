// SPDX-License-Identifier: GPL-2.0
/*
 * From the queues to the listeners, in process context.
 *
 * One worker takes the events of all CPUs, oldest first, and gives each its
 * sequence number. An event that was dropped uses up a number too, so whoever
 * listens sees a gap. Handlers may not sleep, so the worker is woken through an
 * irq_work and finds the names of the files.
 */
#include "deliver.h"

#include <linux/irq_work.h>
#include <linux/ktime.h>
#include <linux/random.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "netlink.h"
#include "replay.h"
#include "ring.h"
#include "stats.h"

static void deliver(struct work_struct *work);
static DECLARE_WORK(deliver_work, deliver);
static struct irq_work kick_irq;
static struct workqueue_struct *deliver_wq;
static u64 instance; /* set once before the first event */

/* The name that was given to memfd_create, out of "/memfd:NAME (deleted)". */
static const char *memfd_name(const char *path)
{
	static const char prefix[] = "/" TSP_MEMFD_PREFIX;
	static const char suffix[] = " (deleted)";
	static char name[NAME_MAX + 1]; /* the worker's */
	size_t skip = sizeof(prefix) - 1, tail = sizeof(suffix) - 1;
	size_t length = strlen(path);

	if (length < skip + tail || !strstarts(path, prefix))
		return NULL;
	strscpy(name, path + skip, min(sizeof(name), length - skip - tail + 1));
	return name;
}

static const char *name_exe(struct tsp_file *file, struct tsp_party *party)
{
	const char *path = tsp_file_resolve(file);

	if (path)
		party->present |= TSP_PRESENT(TSP_A_PARTY_EXE);
	return path;
}

static void name_files(struct tsp_record *record)
{
	struct tsp_event *event = &record->event;
	struct tsp_access *access = &event->access;
	struct tsp_file **file = record->file;

	event->source.exe =
		name_exe(file[TSP_RECORD_SOURCE_EXE], &event->source);
	event->target.exe =
		name_exe(file[TSP_RECORD_TARGET_EXE], &event->target);

	access->file = tsp_file_resolve(file[TSP_RECORD_BACKING]);
	if (!access->file)
		return;
	access->present |= TSP_PRESENT(TSP_A_ACCESS_FILE);
	if (access->region == TSP_REGION_MEMFD)
		event->memfd_name = memfd_name(access->file);
	if (event->memfd_name)
		event->present |= TSP_PRESENT(TSP_A_EVENT_MEMFD_NAME);
}

static void deliver(struct work_struct *work)
{
	struct tsp_record *record;
	struct tsp_event *event;
	u64 lost = 0;

	while ((record = tsp_ring_peek(&lost))) {
		event = &record->event;
		name_files(record);
		event->seq = tsp_replay_number(lost);
		lost = 0;
		event->instance = instance;
		event->time_real_ns = event->time_boot_ns +
				      ktime_get_real_ns() -
				      ktime_get_boottime_ns();
		/* Who misses it can still ask for it: it is kept first. */
		tsp_replay_keep(event);
		if (tsp_netlink_send(event))
			tsp_stats_inc(no_memory);
		tsp_record_put_files(record->file);
		tsp_ring_pop(record);
	}
	tsp_replay_skip(lost);
}

static void kicked(struct irq_work *work)
{
	queue_work(deliver_wq, &deliver_work);
}

void tsp_deliver_kick(void)
{
	irq_work_queue(&kick_irq);
}

void tsp_deliver_flush(void)
{
	irq_work_sync(&kick_irq);
	flush_work(&deliver_work);
}

u64 tsp_deliver_instance(void)
{
	return instance;
}

int tsp_deliver_init(void)
{
	get_random_bytes(&instance, sizeof(instance));
	init_irq_work(&kick_irq, kicked);
	deliver_wq = alloc_workqueue("trespass", WQ_UNBOUND, 1);
	return deliver_wq ? 0 : -ENOMEM;
}

void tsp_deliver_exit(void)
{
	tsp_deliver_flush();
	destroy_workqueue(deliver_wq);
}
