/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
 */
/*
 * How the structs of message.h look, for code that walks them by table: the
 * decoder here, and whoever writes events in a form of their own.
 */
#ifndef TRESPASS_FIELD_H
#define TRESPASS_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <trespass/trespass.h>

/**
 * enum tsp_type - what a field holds in its C struct
 * @TSP_T_U8: uint8_t
 * @TSP_T_U16: uint16_t
 * @TSP_T_U32: uint32_t
 * @TSP_T_U64: uint64_t
 * @TSP_T_S32: int32_t
 * @TSP_T_FLAG: bool
 * @TSP_T_CHARS: char array inside the struct
 * @TSP_T_STRING: const char *, into the message
 * @TSP_T_NEST: struct inside the struct
 * @TSP_T_NEST_ARRAY: array of structs, its used length beside it
 */
enum tsp_type {
	TSP_T_U8 = 1,
	TSP_T_U16,
	TSP_T_U32,
	TSP_T_U64,
	TSP_T_S32,
	TSP_T_FLAG,
	TSP_T_CHARS,
	TSP_T_STRING,
	TSP_T_NEST,
	TSP_T_NEST_ARRAY,
};

struct tsp_set;

/**
 * struct tsp_field - one attribute and the struct member that holds it
 * @attr: number of the attribute
 * @type: an enum tsp_type
 * @offset: of the member
 * @always: a message without the attribute is malformed
 * @max_len: longest string, without its NUL
 * @nested: description of the nested struct
 * @count_offset: of the uint32_t that counts used entries (TSP_T_NEST_ARRAY)
 * @max: most entries (TSP_T_NEST_ARRAY)
 * @name: the attribute's name in the spec
 * @json: path in a JSON event, "-" where it has none; "*" stands for the path
 *   of the party; inside an array entry it is relative to the entry
 * @unit: unit in the spec
 * @value_name: name of an enum value or of a bit number, NULL for plain numbers
 * @flags: the value is a set of bits, to be named one by one
 * @hex: people expect to read it in hexadecimal
 * @keyword: a number that ECS types as a keyword, so JSON has it as a string
 */
struct tsp_field {
	uint16_t attr;
	enum tsp_type type;
	size_t offset;
	bool always;
	size_t max_len;
	const struct tsp_set *nested;
	size_t count_offset;
	uint32_t max;
	const char *name;
	const char *json;
	const char *unit;
	const char *(*value_name)(uint32_t value);
	bool flags;
	bool hex;
	bool keyword;
};

/**
 * struct tsp_set - one struct of message.h
 * @fields: its members, in the order of their attribute numbers
 * @n_fields: how many
 * @size: of the struct
 * @has_present: it starts with a uint64_t of TSP_PRESENT() bits
 */
struct tsp_set {
	const struct tsp_field *fields;
	uint32_t n_fields;
	size_t size;
	bool has_present;
};

/**
 * tsp_set_decode() - decode netlink attributes into their struct
 * @set: description of the struct
 * @data: the first attribute; need not be aligned beyond four bytes
 * @len: bytes of all attributes
 * @out: the struct, of @set->size bytes; pointers in it point into @data
 * @error: filled on failure, naming the attribute; may be NULL
 *
 * Every attribute is checked for its exact size; strings end in their only NUL
 * within their greatest length. Attributes that the set does not know are
 * skipped, so that an older reader understands a newer module.
 *
 * Context: Any thread; reads nothing but its arguments.
 * Return: 0, or -EBADMSG; @out is then undefined.
 */
int tsp_set_decode(const struct tsp_set *set, const void *data, size_t len,
		   void *out, struct tsp_error *error);

/**
 * tsp_field_present() - does a struct hold a value for this field?
 * @set: description of the struct
 * @field: one of its fields
 * @in: the struct
 *
 * Context: Any thread.
 * Return: true for what is always sent and for what was sent this time.
 */
bool tsp_field_present(const struct tsp_set *set, const struct tsp_field *field,
		       const void *in);

/**
 * tsp_field_number() - a numeric field's value
 * @field: a field of type TSP_T_U8 to TSP_T_FLAG
 * @in: its struct
 *
 * Context: Any thread.
 * Return: the value; negative ones as their two's complement in 64 bits.
 */
uint64_t tsp_field_number(const struct tsp_field *field, const void *in);

#endif /* TRESPASS_FIELD_H */
