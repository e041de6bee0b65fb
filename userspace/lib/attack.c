// SPDX-License-Identifier: GPL-2.0
/* The module's own table of techniques, for those who read its events. */
#include "technique.h"
#include "trespass.h"

const char *tsp_technique_title(uint32_t technique)
{
	const struct tsp_technique_row *row = tsp_technique_row(technique);

	return row ? row->title : NULL;
}

const char *tsp_technique_attack(uint32_t technique, unsigned int index)
{
	const struct tsp_technique_row *row = tsp_technique_row(technique);

	if (!row || index >= TSP_TECHNIQUE_ATTACK_MAX)
		return NULL;
	return row->attack[index];
}

const char *tsp_technique_analytic(uint32_t technique)
{
	const struct tsp_technique_row *row = tsp_technique_row(technique);

	return row ? row->analytic : NULL;
}

const char *tsp_version(void)
{
	return TSP_VERSION;
}
