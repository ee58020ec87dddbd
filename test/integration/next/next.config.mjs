export default {
  // A badge that lies over the page's corner.
  devIndicators: false,
};
