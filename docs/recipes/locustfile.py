# The users of a load of phones: a class for each behaviour of the plan, with its weight. They are played by workers,
#   understudy load https://host:port --locust MASTER:5557 --plan FILE
# and the master is Locust's own: locust -f locustfile.py --master
from locust import User, task


class Phone(User):
    abstract = True

    @task
    def play(self):
        raise NotImplementedError("phones are played by: understudy load --locust")


class StartUp(Phone):
    weight = 1


class LocalChange(Phone):
    weight = 9
