// The microphone in pieces of a second, each a WAV file with the sound that telephones have.

import { wav } from "./wav.js";

const RATE = 8000;
const PIECE_MS = 1000;

export const hasMicrophone = () => Boolean(navigator.mediaDevices?.getUserMedia && window.AudioWorkletNode);

export class Microphone {
  #heard = [];

  /** `send(sound)` gets each piece, a Blob. */
  constructor(send) {
    this.send = send;
  }

  /** Rejects when the browser gives no microphone. Until it does, the line hears silence, and waits. */
  async start() {
    this.timer = setInterval(() => this.#piece(), PIECE_MS);
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      this.context = new AudioContext();
      await this.context.audioWorklet.addModule("/page/ear.js");
      if (!this.timer) return this.stop();
      const ear = new AudioWorkletNode(this.context, "ear", { numberOfOutputs: 0 });
      ear.port.onmessage = ({ data }) => this.#heard.push(data);
      this.context.createMediaStreamSource(this.stream).connect(ear);
    } catch (problem) {
      this.stop();
      throw problem;
    }
  }

  /** The rest is sent, and the browser's sign that it listens goes out. */
  stop() {
    if (this.timer && this.#heard.length) this.#piece();
    clearInterval(this.timer);
    this.timer = null;
    this.stream?.getTracks().forEach((track) => track.stop());
    if (this.context?.state !== "closed") this.context?.close();
  }

  #piece() {
    const samples = this.#heard.length ? resampled(this.#heard, this.context.sampleRate) : new Float32Array(RATE);
    this.#heard = [];
    this.send(new Blob([wav(samples, RATE)], { type: "audio/wav" }));
  }
}

/** Each sample is the mean of those that it stands for. */
function resampled(blocks, rate) {
  const all = new Float32Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    all.set(block, at);
    at += block.length;
  }
  const step = rate / RATE;
  return Float32Array.from({ length: Math.floor(all.length / step) }, (_, i) => {
    const part = all.subarray(Math.floor(i * step), Math.floor((i + 1) * step));
    return part.reduce((sum, sample) => sum + sample, 0) / part.length;
  });
}
