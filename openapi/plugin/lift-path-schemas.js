/** Bundling has copied what was used of a path's `x-schemas` to components; the original is a duplicate. */
export default function liftPathSchemas() {
  return {
    PathItem: {
      leave(item) {
        delete item["x-schemas"];
      },
    },
  };
}
