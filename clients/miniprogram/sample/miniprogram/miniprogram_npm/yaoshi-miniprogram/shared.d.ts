/** Work that is done once at a time: who asks for it meanwhile shares what comes of it. */
export declare class Shared<T> {
    private underWay;
    run(work: () => Promise<T>): Promise<T>;
}
