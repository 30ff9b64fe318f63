// Offers to copy what a read-only field shows; without JavaScript it is selected and copied by hand.

export function offerCopy(group) {
  if (!group) return;
  const field = group.querySelector("input");
  const row = document.createElement("div");
  const button = document.createElement("button");
  const said = document.createElement("span");
  row.className = "app-copy";
  button.type = "button";
  button.className = "govuk-button govuk-button--secondary";
  button.textContent = "Copy";
  said.className = "govuk-body";
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      said.textContent = "Copied";
    } catch {
      said.textContent = "Press Ctrl and C to copy it";
    }
  });
  row.append(button, said);
  group.append(row);
}
