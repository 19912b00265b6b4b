import { prisma } from './db.js';

export function listEntries() {
  return prisma.entry.findMany({
    include: { vessel: true },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
  });
}

export async function listVesselNames() {
  const vessels = await prisma.vessel.findMany({
    distinct: ['name'],
    select: { name: true },
    orderBy: { name: 'asc' },
  });
  return vessels.map(({ name }) => name);
}

/** Trims what was sent; `error` is a message for a person, or undefined if all is well. */
export function readEntry(body) {
  const field = (name) => (typeof body?.[name] === 'string' ? body[name].trim() : '');
  const values = { vessel: field('vessel'), text: field('text'), weather: field('weather') };

  let error;
  if (!values.vessel) error = 'Which vessel is this entry for?';
  else if (!values.text) error = 'An entry needs some text.';
  else if (values.vessel.length > 80) error = 'That vessel name is too long (80 characters at most).';
  else if (values.weather.length > 80) error = 'The weather is too long (80 characters at most).';
  else if (values.text.length > 2000) error = 'That entry is too long (2000 characters at most).';

  return { values, error };
}

/** Adds an entry, and the vessel too if the logbook has none by that name. */
export async function addEntry({ vessel: name, text, weather }) {
  const vessel = await prisma.vessel.findFirst({ where: { name }, orderBy: { id: 'asc' } });
  return prisma.entry.create({
    data: {
      text,
      weather: weather || null,
      vessel: vessel ? { connect: { id: vessel.id } } : { create: { name } },
    },
    include: { vessel: true },
  });
}
