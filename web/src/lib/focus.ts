/** Leads to the first field that does not fit, once its fault is shown. */
export function focusFirstFault(form: HTMLFormElement): void {
  requestAnimationFrame(() => {
    const fault = form.querySelector('.fault, .known-row [role="alert"]')
    const field = fault?.closest('.field, .known-row')
    const control = field?.querySelector<HTMLElement>('input, textarea, select, button')
    control?.focus()
  })
}
