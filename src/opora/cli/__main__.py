import sys

from opora.cli import main

sys.exit(main())
