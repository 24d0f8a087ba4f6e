import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { figuresOf, statsSql } from '@/lib/column_stats';
import { acceptSql, placeAt, sqlOptions, tablesNamed, type SqlTable } from '@/lib/sql_words';

const column = (name: string) => ({ name, type: 'text', description: '' });
const instance: SqlTable = {
  name: 'aws_ec2_instance',
  title: 'EC2 instance',
  columns: ['resource_id', 'instance_type', 'state', 'unknown'].map(column),
};
const volume: SqlTable = {
  name: 'aws_ebs_volume',
  title: 'EBS volume',
  columns: ['resource_id', 'size', 'state'].map(column),
};
const tables = [instance, volume];
// The cursor stands at the bar.
const at = (marked: string, asked = false) => {
  const cursor = marked.indexOf('|');
  const sql = marked.replace('|', '');
  return sqlOptions(sql, cursor, tables, asked).map(({ text }) => text);
};

describe('completion of SQL', () => {
  it('offers tables behind FROM and JOIN, by any part of their name', () => {
    expect(at('select * from |')).toEqual(['aws_ec2_instance', 'aws_ebs_volume']);
    expect(at('select * from vol|')).toEqual(['aws_ebs_volume']);
    expect(at('select * from aws_ec2_instance i join aws|')).toEqual(['aws_ec2_instance', 'aws_ebs_volume']);
    expect(at('select * from aws_ec2_instance i, vol|')).toEqual(['aws_ebs_volume']);
  });
  it('offers the columns of the tables that are named anywhere, before keywords', () => {
    expect(at('select inst| from aws_ec2_instance')[0]).toBe('instance_type');
    expect(at('select s| from aws_ec2_instance i join aws_ebs_volume')).toEqual(
      expect.arrayContaining(['state', 'size', 'select', 'sum(']),
    );
    expect(at('select s| from aws_ec2_instance').indexOf('state')).toBe(0);
  });
  it('knows aliases and qualified names', () => {
    expect(at('select i.stat| from aws_ec2_instance as i')).toEqual(['i.state']);
    expect(at('select x.sta| from aws_ec2_instance as i')).toEqual([]);
    expect([...tablesNamed('select 1 from aws_ec2_instance where 1', tables).keys()]).toEqual([
      'aws_ec2_instance',
    ]);
  });
  it('is silent in texts and comments, and where a word is whole', () => {
    expect(at("select 'sta| from aws_ec2_instance")).toEqual([]);
    expect(at('select 1 -- sta|')).toEqual([]);
    expect(at('select 1 /* sta|')).toEqual([]);
    expect(at("select 'it''s' as a, sta| from aws_ec2_instance")).toContain('state');
    expect(at('select| ')).not.toContain('select');
    expect(at('select |')).toEqual([]);
    expect(at('select | from aws_ebs_volume', true)[0]).toBe('resource_id');
  });
  it('puts the chosen word in the place of the typed one', () => {
    const sql = 'select i.sta from aws_ec2_instance i';
    const place = placeAt(sql, 12);
    expect(place).toEqual({ start: 7, end: 12, word: 'i.sta' });
    expect(place && acceptSql(sql, place, { text: 'i.state', note: '' })).toEqual({
      sql: 'select i.state from aws_ec2_instance i',
      cursor: 14,
    });
  });
});

describe('statistics of a column', () => {
  it('quotes names, and counts what could not be read where the table tells', () => {
    const sql = statsSql({ ...instance, name: 'a"b' }, "it's");
    expect(sql).toContain(`from "a""b" as t`);
    expect(sql).toContain(`u.value = 'it''s'`);
    expect(statsSql(volume, 'size')).toContain('0 as unread');
  });
  it('counts values, null and what could not be read apart', () => {
    const database = new DatabaseSync(':memory:');
    database.exec(`create table aws_ec2_instance (resource_id text, instance_type text, state text, unknown text);
      insert into aws_ec2_instance values ('1', 'm5.large', '', '[]'), ('2', 'm5.large', '', '["state"]'),
        ('3', 't3.micro', '', '[]'), ('4', null, '', '[]'), ('5', 'old value', '', '["instance_type"]'),
        ('6', null, '', '["instance_type", "state"]')`);
    const ask = (name: string) =>
      figuresOf(
        database
          .prepare(statsSql(instance, name))
          .all()
          .map((row) => Object.values(row)),
      );
    expect(ask('instance_type')).toEqual({
      rows: 6,
      unknown: 2,
      nulls: 1,
      distinct: 2,
      least: 'm5.large',
      greatest: 't3.micro',
      top: [
        { value: 'm5.large', rows: 2 },
        { value: 't3.micro', rows: 1 },
      ],
    });
    database.exec('delete from aws_ec2_instance');
    expect(ask('instance_type')).toMatchObject({ rows: 0, unknown: 0, nulls: 0, least: null, top: [] });
    database.close();
  });
  it('reads the answer', () => {
    expect(
      figuresOf([
        ['rows', null, 9],
        ['unknown', null, 2],
        ['null', null, 1],
        ['distinct', null, 3],
        ['least', 'a', null],
        ['greatest', 7, null],
        ['top', 'a', 4],
      ]),
    ).toEqual({
      rows: 9,
      unknown: 2,
      nulls: 1,
      distinct: 3,
      least: 'a',
      greatest: '7',
      top: [{ value: 'a', rows: 4 }],
    });
  });
});
