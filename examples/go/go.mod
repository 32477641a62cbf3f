module example.com/back-end

go 1.19
