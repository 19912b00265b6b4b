import type { ComposePlan, DeployPlan } from '../plan/plan-types.ts'

/** What `.env.production` is to hold, with values of the bucket server where there is one. */
export const envExample = ({ backup, secrets }: DeployPlan, { hasBucketServer }: ComposePlan): string =>
  [
    '# Copy this to .env.production and fill it in; git and the image never get that file.',
    "# Quotes keep a value as it stands: KEY='a $ign'",
    ...(backup ? ['', ...(hasBucketServer ? triedHere : bucketSecrets)] : []),
    '',
    '# What your app needs besides',
    ...secrets.map((name) => `${name}=`),
    '',
  ].join('\n')

const bucketSecrets = [
  '# The bucket that the database is backed up to: any S3 store',
  'AWS_ACCESS_KEY_ID=',
  'AWS_SECRET_ACCESS_KEY=',
  'AWS_ENDPOINT_URL_S3=',
  'AWS_REGION=',
  'BUCKET_NAME=',
]

const triedHere = [
  '# The bucket server of compose.yaml, which takes its first key from here: for a try, on the same disk as the database',
  'AWS_ACCESS_KEY_ID=try',
  'AWS_SECRET_ACCESS_KEY=try-and-see',
  'AWS_ENDPOINT_URL_S3=http://bucket:7070',
  'AWS_REGION=us-east-1',
  'BUCKET_NAME=app',
  'ROOT_ACCESS_KEY=try',
  'ROOT_SECRET_KEY=try-and-see',
]
