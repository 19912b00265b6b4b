import { parseXml, XmlElement } from '@rgrove/parse-xml'
import type { ListedObject } from './bucket.ts'

export interface Listing {
  bucket: string
  objects: ListedObject[]
  nextToken: string | undefined
}

/** A ListObjectsV2 answer; null when the text is none, however well it was delivered. */
export const parseListing = (text: string): Listing | null => {
  const root = rootOf(text)
  if (root?.name !== 'ListBucketResult') return null
  const bucket = textOf(root, 'Name')
  const isTruncated = textOf(root, 'IsTruncated')
  const nextToken = textOf(root, 'NextContinuationToken') || undefined
  if (bucket === undefined || (isTruncated === 'true' && nextToken === undefined)) return null
  const objects = childrenOf(root, 'Contents').map((element) => ({
    key: textOf(element, 'Key') ?? '',
    size: Number(textOf(element, 'Size')),
    modified: new Date(textOf(element, 'LastModified') ?? Number.NaN),
  }))
  return objects.some(({ key, modified }) => key === '' || Number.isNaN(modified.getTime()))
    ? null
    : { bucket, objects, nextToken }
}

/** The `<Code>` of an S3 error document (`NoSuchKey`, …), if it is one. */
export const errorCodeIn = (text: string): string | undefined => {
  const root = rootOf(text)
  return root?.name === 'Error' ? textOf(root, 'Code') : undefined
}

const rootOf = (text: string): XmlElement | undefined => {
  try {
    return parseXml(text).root ?? undefined
  } catch {
    return undefined
  }
}

const childrenOf = (element: XmlElement, name: string): XmlElement[] =>
  element.children.filter((child): child is XmlElement => child instanceof XmlElement && child.name === name)

const textOf = (element: XmlElement, name: string): string | undefined => childrenOf(element, name)[0]?.text
