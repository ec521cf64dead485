export interface Uploaded {
  id: number;
  name: string;
  size: number;
}

export interface Upload {
  done: Promise<Uploaded>;
  stop: () => void;
}

/** Send one file; by XHR, because fetch tells nothing of its progress. Rejects with a sentence. */
export function upload(
  url: string,
  file: File,
  token: string,
  progress: (share: number) => void,
): Upload {
  const request = new XMLHttpRequest();
  const done = new Promise<Uploaded>((resolve, reject) => {
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress(event.loaded / event.total);
    });
    request.addEventListener("load", () => {
      if (request.status === 201) resolve(JSON.parse(request.responseText));
      else reject(sentence(request));
    });
    for (const trouble of ["error", "abort", "timeout"]) {
      request.addEventListener(trouble, () => reject(""));
    }
  });
  const body = new FormData();
  body.append("file", file, file.name);
  request.open("POST", url);
  request.setRequestHeader("X-CSRFToken", token);
  request.send(body);
  return { done, stop: () => request.abort() };
}

/** What the server says for people; a page of error says nothing. */
function sentence(request: XMLHttpRequest): string {
  const isText = request.getResponseHeader("Content-Type")?.startsWith("text/plain");
  return isText && request.status < 500 ? request.responseText : "";
}
