// Offers to copy what a read-only field shows; without JavaScript it is selected and copied by hand.

export function offerCopy(group) {
  if (!group) return;
  const field = group.querySelector("input");
  const button = document.createElement("button");
  const said = document.createElement("span");
  button.type = "button";
  button.className = "govuk-button govuk-button--secondary app-copy";
  button.textContent = "Copy";
  said.className = "govuk-body app-copy__said";
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
  group.append(button, said);
}
