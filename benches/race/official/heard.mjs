// Notes when texts arrive on a stream.
export class Heard {
  arrived = [];
  #wake = () => {};

  note = (message) => {
    const at = Number(process.hrtime.bigint());
    const number = typeof message?.content === "string" ? parseInt(message.content, 10) : NaN;
    if (Number.isNaN(number)) return;
    this.arrived.push([number, at]);
    this.#wake();
  };

  // Waits until `count` texts have come, or none has for so long.
  async wait(count, patienceMs) {
    while (this.arrived.length < count) {
      const more = await new Promise((resolve) => {
        const patience = setTimeout(() => resolve(false), patienceMs);
        this.#wake = () => {
          clearTimeout(patience);
          resolve(true);
        };
      });
      this.#wake = () => {};
      if (!more) break;
    }
    return this.arrived;
  }
}
