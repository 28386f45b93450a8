"use strict";

window.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  // Neither tells another server what is described here.
  validatorUrl: null,
  queryConfigEnabled: false,
});
