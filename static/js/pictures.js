// Screenshots in a form: previews, pictures pasted or dropped into it, and large ones made smaller before they travel.
// Without a script the field is a plain file input and the server does the rest.
const LONGEST_SIDE = 2048; // pixels; the server keeps no more
const LARGE_BYTES = 1500000; // smaller files are sent as they are

async function smaller(file) {
  if (file.size < LARGE_BYTES || !window.createImageBitmap) return file;
  try {
    const picture = await createImageBitmap(file);
    const share = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * share);
    canvas.height = Math.round(picture.height * share);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.88));
    return blob && blob.size < file.size ? new File([blob], "picture.jpg", { type: "image/jpeg" }) : file;
  } catch {
    return file; // what this browser cannot open the server may
  }
}

function enliven(field) {
  const input = field.querySelector("input[type=file]");
  const list = field.querySelector("[data-previews]");
  const said = field.querySelector("[data-said]");
  const most = Number(field.dataset.most);
  let files = [];

  function show() {
    const chosen = new DataTransfer();
    files.forEach((file) => chosen.items.add(file));
    input.files = chosen.files;
    list.querySelectorAll("img").forEach((image) => URL.revokeObjectURL(image.src));
    list.replaceChildren(...files.map(preview));
  }

  function preview(file, place) {
    const item = document.createElement("li");
    const image = document.createElement("img");
    const remove = document.createElement("button");
    item.className = "preview";
    image.src = URL.createObjectURL(file);
    image.alt = file.name;
    remove.type = "button";
    remove.className = "preview-remove";
    remove.textContent = "×";
    remove.setAttribute("aria-label", field.dataset.remove.replace("#", String(place + 1)));
    remove.addEventListener("click", () => {
      files.splice(place, 1);
      said.textContent = "";
      show();
      input.focus();
    });
    item.append(image, remove);
    return item;
  }

  async function take(more) {
    const pictures = more.filter((file) => file.type.startsWith("image/"));
    if (!pictures.length) return;
    const every = [...files, ...pictures];
    said.textContent = every.length > most ? field.dataset.tooMany : "";
    files = await Promise.all(every.slice(0, most).map(smaller));
    show();
  }

  input.addEventListener("change", () => {
    const chosen = [...input.files];
    // Whatever is no picture stays in the field as it is: the server says what is wrong with it.
    if (chosen.every((file) => file.type.startsWith("image/"))) take(chosen);
  });
  const form = input.form;
  form.addEventListener("paste", (event) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (!pasted.length) return;
    event.preventDefault();
    take(pasted);
  });
  form.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    field.classList.add("pictures-over");
  });
  form.addEventListener("dragleave", () => field.classList.remove("pictures-over"));
  form.addEventListener("drop", (event) => {
    field.classList.remove("pictures-over");
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
}

document.querySelectorAll("[data-pictures]").forEach(enliven);
