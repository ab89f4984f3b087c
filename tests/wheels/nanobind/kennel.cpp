// A class, functions with defaults and containers, and C++ exceptions, bound by nanobind.

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <stdexcept>

namespace nb = nanobind;

struct Dog {
    std::string name;
    int age = 3;
    std::string bark() const { return name + ": woof!"; }
};

NB_MODULE(kennel, m) {
    m.def("add", [](int a, int b) { return a + b; }, nb::arg("a"), nb::arg("b") = 1);
    m.def("total", [](const std::vector<double> &values) {
        double sum = 0;
        for (double value : values) sum += value;
        return sum;
    });
    nb::class_<Dog>(m, "Dog")
        .def("__init__", [](Dog *dog, const std::string &name) { new (dog) Dog{name}; })
        .def_rw("age", &Dog::age)
        .def("bark", &Dog::bark);
    nb::register_exception_translator([](const std::exception_ptr &thrown, void *) {
        try {
            std::rethrow_exception(thrown);
        } catch (const std::range_error &error) {
            PyErr_SetString(PyExc_KeyError, error.what());
        }
    });
    m.def("fail", [](bool range) {
        if (range) throw std::range_error("range");
        throw std::runtime_error("run");
    });
}
