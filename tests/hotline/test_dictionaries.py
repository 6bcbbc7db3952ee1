"""Cutting and learning words in several threads, as a web process does."""

import threading

from hotline import dictionaries


def test_words_are_learnt_while_other_threads_cut() -> None:
    failures: list[Exception] = []

    def cut() -> None:
        try:
            for _ in range(1000):
                assert "".join(dictionaries.words("人民路北段路灯不亮" * 20)) == "人民路北段路灯不亮" * 20
        except Exception as error:
            failures.append(error)

    def learn() -> None:
        try:
            for number in range(1000):
                dictionaries.learn(f"词{number}语")
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for work in (cut, cut, learn)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failures == []
