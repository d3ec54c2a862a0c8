"""The examples of the README, as they are pasted: they run, against sites that are not there."""

import re
import sys
import tempfile
import unittest
import unittest.mock
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "clients/pypi"))

import httpx

WALLET = '{"version": 1, "seed": "%s", "account": "%s"}' % ("A" * 43, "a" * 32)


class Readme(unittest.TestCase):
    def test_each_example_runs_as_it_is_pasted(self):
        examples = re.findall("```python\n(.*?)```", (ROOT / "clients/pypi/farthing_pay/README.md").read_text(), re.DOTALL)
        self.assertEqual(len(examples), 3)
        for example in examples:
            with tempfile.TemporaryDirectory() as folder, self.subTest(example):
                wallet = Path(folder, "wallet.json")
                wallet.write_text(WALLET)
                pasted = example.replace("wallet.json", str(wallet)).replace("sessions.json", f"{folder}/sessions.json")
                asked = []

                async def free(_, request):
                    asked.append(str(request.url))
                    return httpx.Response(200, text="page", request=request)

                with unittest.mock.patch.object(httpx.AsyncHTTPTransport, "handle_async_request", free):
                    with unittest.mock.patch("builtins.print") as said:
                        exec(compile(pasted, "README.md", "exec"), {"__name__": "__main__"})
                self.assertEqual((len(asked), said.call_args[0][0]), (1, 200))


if __name__ == "__main__":
    unittest.main()
