// A copy button beside each citation, where the browser can copy. Pages work without.
if (navigator.clipboard) {
  for (const text of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    const style = text.parentElement.previousElementSibling?.textContent ?? "";
    button.setAttribute("aria-label", `Copy ${style}`.trim());
    const said = document.createElement("span");
    said.setAttribute("role", "status");
    said.className = "hidden";
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text.textContent.trim());
        button.textContent = "Copied";
        said.textContent = `${style} copied`.trim();
      } catch {
        button.textContent = "Not copied";
      }
    });
    text.after(" ", button, said);
  }
}
