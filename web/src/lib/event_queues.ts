// URLs of queues as people write them: one a line, or separated by blanks or commas.
export const queuesOf = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

// "hostmaster-events in eu-west-1" of https://sqs.eu-west-1.amazonaws.com/111111111111/hostmaster-events; where the host
// does not say the region, the URL itself.
export function queueWords(url: string): string {
  const region = /^https?:\/\/(?:[^/]*\.)?sqs(?:-fips)?\.([a-z0-9-]+)\.[^/]*\//.exec(url)?.[1];
  return region ? `${url.slice(url.lastIndexOf('/') + 1)} in ${region}` : url;
}
