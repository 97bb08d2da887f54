// Everything works without this; it saves clicks.
"use strict";
