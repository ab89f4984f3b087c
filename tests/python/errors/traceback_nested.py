def outer():
    inner()


def inner():
    x = [1, 2]
    return x[5] + (
        1
    )


try:
    outer()
except IndexError as e:
    tb = e.__traceback__
    while tb:
        print(tb.tb_frame.f_code.co_name, tb.tb_lineno)
        tb = tb.tb_next
