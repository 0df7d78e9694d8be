declare module "*.css?inline" {
  /** The style sheet's text. */
  const text: string;
  export default text;
}
