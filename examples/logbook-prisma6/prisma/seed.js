import { prisma } from '../src/db.js';

const vessels = [
  {
    name: 'Seaworthy',
    homePort: 'Falmouth',
    entries: [
      {
        text: 'Cast off at first light. All hands aboard, stores for three weeks.',
        weather: 'Fair, NW 3',
        createdAt: new Date('2026-03-16T05:40:00Z'),
      },
      {
        text: 'Lizard Point abeam to starboard. Set the topsail.',
        weather: 'Fair, NW 4',
        createdAt: new Date('2026-03-16T11:15:00Z'),
      },
      {
        text: 'Reefed the main before dark. Pumps dry, everything holding.',
        weather: 'Rain, W 6',
        createdAt: new Date('2026-03-17T18:05:00Z'),
      },
    ],
  },
  {
    name: 'Petrel',
    homePort: 'Brest',
    entries: [
      {
        text: 'At anchor in the roads, waiting for the tide.',
        createdAt: new Date('2026-03-17T09:30:00Z'),
      },
    ],
  },
];

for (const { entries, ...vessel } of vessels) {
  await prisma.vessel.create({
    data: { ...vessel, entries: { createMany: { data: entries } } },
  });
}

console.log(`Seeded ${vessels.length} vessels.`);
await prisma.$disconnect();
