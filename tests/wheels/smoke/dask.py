"""A computation on dask's distributed scheduler, in processes of its own."""
import dask.array as da
from dask import delayed
from dask.distributed import Client, LocalCluster


def square(x):
    return x * x


if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster, Client(cluster) as client:
        print(client.gather(client.map(square, range(6))), client.submit(sum, [1, 2, 3]).result())
        print(da.ones((1000, 1000), chunks=(250, 250)).sum().compute(), delayed(square)(7).compute())
        try:
            client.submit(lambda: 1 / 0).result()
        except ZeroDivisionError as error:
            print(error)
