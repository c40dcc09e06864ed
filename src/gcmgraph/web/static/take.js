// What readers take away: a text copied, a picture as PNG.
//
// Pictures are made, 1,600 pixels wide, from the SVG of the same address, with the fonts of the reader's machine, so that
// every script is right. Without this script a picture is an SVG file, and a text is selected by hand.

const WIDTH = 1600;

async function save(link) {
  const image = new Image();
  image.src = link.href;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = Math.round((WIDTH * image.naturalHeight) / image.naturalWidth);
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve));
  const file = document.createElement("a");
  file.href = URL.createObjectURL(blob);
  file.download = `${new URL(link.href).pathname.split("/").pop().replace(/\.svg$/, "")}.png`;
  file.click();
  setTimeout(() => URL.revokeObjectURL(file.href), 10_000);
}

for (const holder of document.querySelectorAll("[data-png]")) {
  holder.hidden = false;
  holder.querySelector("a").addEventListener("click", (event) => {
    event.preventDefault();
    save(event.currentTarget);
  });
}

// a button copies what is before it, or before the paragraph that holds it alone
for (const button of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const before = button.previousElementSibling ?? button.parentElement.previousElementSibling;
    await navigator.clipboard.writeText(before.textContent.trim());
    button.textContent = button.dataset.copy;
  });
}
