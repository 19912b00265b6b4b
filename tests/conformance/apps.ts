import type { AppFacts } from './site.ts'

export const logbook: AppFacts = {
  api: '/api/entries',
  more: { vessel: 'Gull' },
  key: 'text',
  table: 'Entry',
  seed: 'Cast off at first light',
}

export const notes: AppFacts = {
  api: '/api/notes',
  more: {},
  key: 'title',
  table: 'Note',
  seed: 'Welcome aboard',
}

export const imageNotes: AppFacts = { ...notes, api: '/notes', key: 'text' }
