/** Of the page that {@link recordInPage} runs in. */
interface RecordingWindow {
  /** Puts a chunk, as base64, behind the others. */
  sendChunk(chunk: string): Promise<void>;
  /** Ends the recording; resolves when the last chunk has arrived. */
  stopRecording?: () => Promise<void>;
}

/**
 * Runs in the page, with nothing from outside: the tab records itself, in chunks of two seconds.
 * @returns what it records as
 */
export async function recordInPage(): Promise<{ mimeType: string; tracks: string[] }> {
  const page = window as unknown as RecordingWindow;
  const options = {
    video: true,
    audio: { autoGainControl: false, echoCancellation: false, noiseSuppression: false, channelCount: 2 },
    preferCurrentTab: true,
  };
  const stream = await navigator.mediaDevices.getDisplayMedia(options);
  const known = ['video/webm; codecs="vp9,opus"', 'video/webm; codecs="vp8,opus"'];
  const mimeType = known.find((type) => MediaRecorder.isTypeSupported(type)) ?? 'video/webm';
  const recorder = new MediaRecorder(stream, { mimeType });

  let sending = Promise.resolve();
  recorder.addEventListener('dataavailable', ({ data }) => {
    sending = sending.then(async () => {
      const bytes = new Uint8Array(await data.arrayBuffer());
      let text = '';
      for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
      if (text !== '') await page.sendChunk(btoa(text));
    });
  });
  page.stopRecording = async () => {
    const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve, { once: true }));
    recorder.stop();
    await stopped;
    await sending;
  };
  recorder.start(2000);
  const tracks = stream.getTracks().map((track) => `${track.kind} ${JSON.stringify(track.getSettings())}`);
  return { mimeType: recorder.mimeType, tracks };
}
