/** What went wrong, and the way on. Fires `again` when the user wants another try. */
Component({
  properties: {
    /** A `Fault`. */
    fault: Object,
  },
  methods: {
    onAgain() {
      this.triggerEvent('again');
    },
  },
});
