// Runs beside the page, where sound is: hands on what the microphone hears.

class Ear extends AudioWorkletProcessor {
  process([input]) {
    if (input[0]) this.port.postMessage(input[0].slice());
    return true;
  }
}

registerProcessor("ear", Ear);
