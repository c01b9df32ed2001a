/** A part of the framework's theme, which comes without types. */
declare const component: import("vue").DefineComponent;
export default component;
