declare module '*.module.css' {
  const classes: Readonly<Record<string, string>>;
  export default classes;
}
declare module '*.css';
/** The address of the file in the built page. */
declare module '*.webp' {
  const url: string;
  export default url;
}
