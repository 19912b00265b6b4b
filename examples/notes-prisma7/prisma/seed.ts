import { prisma } from '../src/db.js';
import { addNote } from '../src/notes.js';

await prisma.note.createMany({
  data: [
    {
      title: 'Welcome aboard',
      body: 'Notes live in a SQLite file right beside the app. Pinned ones stay at the top.',
      pinned: true,
    },
    {
      title: 'Books to take along',
      body: 'Sailing Alone Around the World\nThe Riddle of the Sands\nTwo Years Before the Mast',
    },
  ],
});

await addNote({
  title: 'Before casting off',
  body: 'Check the weather, top up the water, and tell the harbour master.',
  tags: ['checklist', 'boat'],
  pinned: false,
});

await addNote({
  title: 'Pancakes for six',
  body: '300 g flour, 6 eggs, 600 ml milk, a pinch of salt. Let it rest.',
  tags: ['recipe'],
  pinned: false,
});

console.log('Seeded 4 notes.');
await prisma.$disconnect();
