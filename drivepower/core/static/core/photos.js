// The camera of a phone makes photos that are larger than what is taken: such a one is made smaller before it is sent.
// One that the browser cannot read stays as it is, and the server says that it is too large.
"use strict";

(() => {
  const MOST = 5 * 1024 * 1024, LONGEST_SIDE = 2560, QUALITY = 0.85;

  const smaller = async (file) => {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const content = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    return new File([content], `${file.name.replace(/\.\w+$/, "")}.jpg`, { type: "image/jpeg" });
  };

  document.addEventListener("change", async ({ target }) => {
    const [file] = (target.matches?.('input[type=file][accept*="image/"]') && target.files) || [];
    if (!file || file.size <= MOST) return;
    const buttons = [...target.form.querySelectorAll("button:not(:disabled)")];
    for (const button of buttons) button.disabled = true;
    try {
      const chosen = new DataTransfer();
      chosen.items.add(await smaller(file));
      if (target.files[0] === file) target.files = chosen.files;
    } catch {
      // It is no picture to this browser.
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  });
})();
